"""What grading has to do for the class of every exercise; each test module inherits it."""

import html
import re

import pytest

MEGABYTE = 1_000_000


def as_read(page):
    """A page of HTML as its reader sees it, without tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


class EveryClass:
    """The promises of grading. ``everybody`` in conftest says who is in the class."""

    # Points

    @pytest.mark.parametrize("right", ["complete", "plain", "numpy"])
    def test_right_answers_get_every_point_in_whatever_style(self, graded, right):
        told = {question: graded.said(right, question) for question in graded.most}
        assert graded.points(right) == graded.most, told

    def test_checks_give_what_no_person_gives_and_each_has_a_slip_here(
        self, course, judged, request
    ):
        assert sum(course.most.values()) == 20 - judged
        assert list(request.module.SLIPS) == list(course.most)

    def test_an_untouched_exercise_gets_nothing_and_one_line_each(self, graded):
        assert graded.points("untouched") == dict.fromkeys(graded.most, 0)
        for name in graded.most:
            assert graded.said("untouched", name).startswith("Not done yet")
            assert "\n" not in graded.said("untouched", name)

    def test_half_the_exercise_gets_its_half_of_the_points(self, graded, request):
        done = list(graded.most)[: request.module.HALF]
        expected = {name: points * (name in done) for name, points in graded.most.items()}
        assert graded.points("half") == expected

    def test_printing_and_warning_costs_nobody_a_point(self, graded):
        told = {name: graded.said("noisy", name) for name in graded.most}
        assert graded.points("noisy") == graded.most, told

    def test_what_a_learner_prints_stays_out_of_the_checks(self, graded):
        for name in graded.most:
            assert graded.said("noisy", name).startswith("✔ ")
            assert graded.said("noisy", name).count("\n") == 1

    # Slips

    def test_every_slip_costs_its_question_and_only_its_points(self, graded):
        assert graded.points("slips") == dict.fromkeys(graded.most, 0)

    def test_a_slip_is_named_in_the_output_and_in_the_feedback(self, graded, question, request):
        _, hint = request.module.SLIPS[question]
        said = graded.said("slips", question)
        assert hint in said
        assert "Traceback" not in said
        assert hint in as_read(graded.feedback("slips"))

    def test_the_class_slips_in_ways_that_the_checks_know(self, request):
        checks = vars(request.module.checks).values()
        known = " ".join(hint for check in checks for hint in getattr(check, "slips", ()))
        assert all(hint in known for _, hint in request.module.SLIPS.values())

    def test_a_check_that_was_written_over_is_put_back_before_grading(self, graded, request):
        honest = request.module.HONEST
        expected = {name: points * (name == honest) for name, points in graded.most.items()}
        assert graded.points("cheat") == expected
        assert not any("all is well" in graded.said("cheat", name) for name in graded.most)

    def test_a_function_that_lists_the_values_in_view_meets_the_hidden_ones(self, graded, request):
        for name, said in request.module.MEETS.items():
            assert said in graded.said("cheat", name)

    # The part a person marks

    def test_the_judgement_waits_for_a_person(self, graded, judged):
        waiting = [(name, most) for name, _, most, manual in graded.grades("complete") if manual]
        assert waiting == [(graded.judgement, judged)]

    def test_the_exercise_has_twenty_points_in_all(self, graded):
        assert sum(most for _, _, most, _ in graded.grades("complete")) == 20

    def test_what_was_written_is_there_for_the_person_who_marks(self, graded, essay):
        assert essay in graded.file("autograded", "complete").read_text(encoding="utf-8")
        assert "Sample answer" in graded.file("autograded", "complete").read_text(encoding="utf-8")
        assert essay in graded.feedback("complete")

    def test_feedback_hands_out_no_sample_answer_and_no_hidden_test(self, graded, secret):
        # students keep what they get, and next year's class asks them for it
        assert secret in graded.notebook("solutions").read_text(encoding="utf-8")
        assert secret not in as_read(graded.feedback("slips"))

    # Files

    def test_graded_notebooks_stay_small_and_hold_no_widgets(self, graded, student):
        assert graded.file("autograded", student).stat().st_size < MEGABYTE
        assert graded.file("feedback", student).stat().st_size < MEGABYTE
        assert "widgets" not in graded.read("autograded", student).metadata

    def test_grading_reports_no_error(self, graded):
        assert not re.search(r"\| (ERROR|CRITICAL)\]", graded.log)
        assert "not recognized by" not in graded.log

    def test_exported_grades_name_every_student(self, graded, students):
        with graded.gradebook() as book:
            assert {student.id for student in book.students} == set(students)

    # Validate

    @pytest.mark.thorough
    def test_validate_says_that_the_solution_passes(self, course):
        said = course.nbgrader("validate", course.notebook("solutions"))
        assert "Success! Your notebook passes all the tests." in said

    @pytest.mark.thorough
    def test_validate_lists_what_is_open_in_the_untouched_exercise(self, course):
        said = course.nbgrader("validate", course.notebook("exercises"))
        assert f"VALIDATION FAILED ON {len(course.most)} CELL(S)!" in said
        assert said.count("Not done yet") == len(course.most)
