"""What one submission may use. Every number can be set on the command line of ``grade``."""

from dataclasses import asdict, dataclass, fields

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """How much one submission may use before it is stopped.

    Attributes
    ----------
    cell_seconds : float
        A cell that runs longer is interrupted, and its kernel ended if it goes on.
    submission_seconds : float
        For a whole notebook; what comes after is not graded, and the table says so.
    memory_mb : float
        Of all processes of a submission together, megabytes.
    disk_mb : float
        Of each folder a submission may write to; they are in memory and vanish with it.
    output_mb : float
        Of one cell; what comes after is dropped, with a note.
    processes : int
        At once, the kernel among them.
    restarts : int
        Kernels that one submission may use up before it is given up.
    """

    cell_seconds: float = 30
    submission_seconds: float = 180
    memory_mb: float = 1500
    disk_mb: float = 64
    output_mb: float = 1
    processes: int = 32
    restarts: int = 4

    def __post_init__(self):
        for part in fields(self):
            value = getattr(self, part.name)
            if not value > 0:
                raise ValueError(f"{part.name} should be above 0; it is {value}.")

    def as_dict(self) -> dict[str, float]:
        """Return the limits as plain numbers, to be sent to another process."""
        return asdict(self)
