"""The graders' server."""

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

# Formgrader is opened from the hub's page; there is one course.
c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.course_list": False,
    "notebook": False,
    "notebook_shim": False,
    "jupyter_lsp": False,
}
# A terminal from the menu begins in the home, where `python -m scaling` finds no course.
c.ServerApp.terminado_settings = {
    "shell_command": ["bash", "-c", '[ "$PWD" != "$HOME" ] || cd does-it-scale; exec bash']
}
