"""Look at a submission before anything in it runs, and mend what can be mended.

What differs from the release by accident (a lost mark, a changed check, a moved cell) is put right
on a copy and reported. What cannot be graded is reported with its reason, never as a silent zero.
Nothing is run here, no link is followed, and the submission itself is never written to.

The rules, in short:

- A cell is recognised by nbgrader's mark, else by its id, its text or its place; an answer also by
  the names that its check asks for.
- Locked cells come back as they are graded. What a learner had added in one is kept beside it.
- The cells of the release are in the order of the release. A learner's own cell stays behind the
  cell of the release that it followed; those right in front of a moved answer travel with it.
- All that a learner wrote in an answer is kept, in one copy or several, in the order they wrote it.

The way of a submission through the files here: ``submission`` (which notebook), ``folder`` and
``reading`` (from bytes to a notebook), ``cells`` and ``damage`` (parts of the right type),
``matching`` by ``names`` (which cell is which), ``mending`` with ``copies``, ``putting_back`` and
``order`` (put right), ``scanning`` (code to look at), ``writing`` (the copy)
and ``beside`` (other files). All of them tell their ``findings``; ``command`` prints them.
"""

from .findings import Finding, Inspection, Kind

__all__ = ["Finding", "Inspection", "Kind"]
