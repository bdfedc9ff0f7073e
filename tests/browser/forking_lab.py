"""JupyterLab whose kernels begin as forks, as in ``tests/notebooks/forked.py``; otherwise as it is.

No kernel imports the libraries of other people again. How JupyterLab begins its own is in
``test_first_command.py``.
"""

import sys
from pathlib import Path

if __name__ == "__main__":  # A fork reads this file, too.
    sys.path.insert(0, str(Path(__file__).parents[1] / "notebooks"))
    import forked
    from jupyter_client.provisioning import local_provisioner
    from jupyterlab.labapp import main

    local_provisioner.launch_kernel = forked.launch
    sys.exit(main())
