"""A learner's server: without what graders have, and without unused kernels."""

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
    # These three are for a Notebook 7 beside JupyterLab, and for editors of code.
    "notebook": False,
    "notebook_shim": False,
    "jupyter_lsp": False,
}
# An open lesson keeps a kernel, also in a tab that was forgotten. What is written in the notebook
# stays; after `Run All Cells` its variables are there again.
c.MappingKernelManager.cull_idle_timeout = 2 * 3600
c.MappingKernelManager.cull_interval = 300
c.MappingKernelManager.cull_connected = True
