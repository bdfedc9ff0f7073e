"""Numbers are written for people, and every colour tells things apart on both themes."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from scaling import style


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (0.5, 2, "0.50"),
        (-0.714, 2, "−0.71"),
        (1234567.8, 0, "1,234,568"),
        (-1234.5, 1, "−1,234.5"),
        (-0.004, 2, "0.00"),
        (-0.0, 0, "0"),
        (0, 0, "0"),
        (np.float64(2.5), 1, "2.5"),
        (math.nan, 2, "–"),
        (None, 2, "–"),
        (math.inf, 2, "without limit"),
        (-math.inf, 2, "−without limit"),
    ],
)
def test_a_number_is_written_with_a_true_minus_and_thousands_apart(value, digits, written):
    assert style.number(value, digits) == written


def test_a_share_is_written_in_per_cent_that_stay_with_their_sign():
    assert style.percent(0.437) == "44\N{NO-BREAK SPACE}%"
    assert style.percent(-0.0612, 1) == "−6.1\N{NO-BREAK SPACE}%"
    assert style.percent(math.nan).startswith("–")


def test_an_interval_is_written_from_low_to_high():
    assert style.interval(-0.34, 0.7) == "−0.34 to 0.70"
    assert style.interval(0.0633, 0.107, 3) == "0.063 to 0.107"


def test_labels_that_would_overlap_are_moved_apart_in_their_order():
    assert style.apart({"b": 5.0, "a": 4.5, "far": 9.0}, gap=1) == {"a": 4, "b": 5, "far": 9}
    assert style.apart({"a": 0.2, "b": 0.1}, gap=1, bottom=0) == {"b": 0, "a": 1}
    assert style.apart({"a": 10.0, "b": 10.0}, gap=1, top=9) == {"a": 8, "b": 9}
    assert list(style.apart({"b": 2.0, "a": 1.0}, gap=0.5)) == ["a", "b"]


def luminance(colour):
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("template", [style.LIGHT, style.DARK])
def test_text_stands_out_from_its_paper_as_wcag_asks(template):
    layout = template.layout
    assert contrast(layout.font.color, layout.paper_bgcolor) >= 7
    assert layout.font.size >= 12
    assert layout.xaxis.tickfont.size >= 12
    assert layout.annotationdefaults.font.size >= 12


@pytest.mark.parametrize("template", [style.LIGHT, style.DARK])
def test_the_colours_that_carry_meaning_can_be_seen_on_both_themes(template):
    """WCAG asks for 3 to 1; orange and sky are lighter, and never stand alone."""
    for colour in (style.BLUE, style.VERMILLION, style.GREEN, style.GREY):
        assert contrast(colour, template.layout.paper_bgcolor) >= 3


def test_the_palette_is_that_of_okabe_and_ito():
    """Okabe & Ito 2008, "Color universal design", as red, green and blue."""
    published = {
        style.ORANGE: (230, 159, 0),
        style.SKY: (86, 180, 233),
        style.GREEN: (0, 158, 115),
        style.BLUE: (0, 114, 178),
        style.VERMILLION: (213, 94, 0),
        style.PURPLE: (204, 121, 167),
    }
    for colour, parts in published.items():
        assert tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) == parts


def test_the_three_strategies_have_three_colours():
    assert len({style.SCALE_UP, style.JOIN_UP, style.GO_ALONE}) == 3


def test_both_themes_differ_in_colour_only():
    light, dark = (theme.to_plotly_json() for theme in (style.LIGHT, style.DARK))

    def shape(part):
        if isinstance(part, dict):
            return {key: shape(value) for key, value in part.items() if "color" not in key}
        return part

    assert shape(light) == shape(dark)
    assert go.Figure(layout={"template": style.DARK}).layout.template.layout.font.color != (
        style.LIGHT.layout.font.color
    )
