"""A run of *Play* as a reader follows it, the same in JupyterLab and in the web edition."""

from playwright.sync_api import expect

PATIENCE = 90_000  # milliseconds; a busy machine needs them for a run
expect.set_options(timeout=PATIENCE)
# What the page shows from now on: places of the run, and every text of the words under the picture.
WATCH = """(root) => {
  const words = root.querySelector(".scaling-words");
  root.seen = { places: [], words: [] };
  root.addEventListener("scaling-played", ({ detail }) => root.seen.places.push(detail));
  new MutationObserver(() => {
    if (root.seen.words.at(-1) !== words.textContent) root.seen.words.push(words.textContent);
  }).observe(words, { childList: true, characterData: true, subtree: true });
}"""


class Playing:
    """The buttons of an explorable on a page.

    Parameters
    ----------
    root : playwright.sync_api.Locator
        The explorable, revealed.
    """

    def __init__(self, root):
        self.root = root
        self.group = root.locator(".scaling-player")
        self.button = self.group.locator(".scaling-play")
        self.words = root.locator(".scaling-words")
        self.figures = root.locator(".scaling-table")
        self.place = self.group.locator(".scaling-place")

    def press(self, name, key="Enter"):
        """Press one of the buttons by the keyboard."""
        self.group.get_by_role("button", name=name, exact=True).press(key)

    def watch(self):
        """Note from now on what the page shows."""
        self.root.evaluate(WATCH)

    def seen(self):
        """What the page has shown since: ``places`` of the run, and ``words``."""
        return self.root.evaluate("(root) => root.seen")

    def at_speed(self, name):
        """Choose a speed."""
        self.group.get_by_role("combobox", name="Speed", exact=True).select_option(name)

    def wait_until_over(self):
        """Wait until nothing plays and the words are back."""
        expect(self.button).to_have_attribute("data-state", "play")
        expect(self.words).not_to_be_empty()
        expect(self.place).to_be_empty()

    def assert_on_the_way(self):
        """Fail unless the page says where it is, and nothing of the end."""
        expect(self.place).not_to_be_empty()
        expect(self.words).to_be_empty()
        expect(self.figures).to_be_hidden()
