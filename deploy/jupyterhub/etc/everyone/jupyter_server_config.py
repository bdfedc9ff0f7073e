"""What every server here has in common."""

c = get_config()  # noqa: F821 - traitlets puts it here when it runs this file

# Sockets in the owner's closed folder: to a port of this machine any of its users could listen.
c.KernelManager.transport = "ipc"
# The environment belongs to root, so that users cannot install into it.
c.LabApp.extension_manager = "readonly"
# A login shell, which is the default where the hub has no terminal itself, would read /etc/profile,
# and on Debian that takes the course's programs from the path.
c.ServerApp.terminado_settings = {"shell_command": ["bash"]}
