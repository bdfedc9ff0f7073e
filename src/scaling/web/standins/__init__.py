"""Stand-ins for the packages that only Jupyter has, put first on the path in the browser."""
