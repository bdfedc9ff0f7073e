"""``form/export.py`` imports this name; in the browser it draws by ``web.picture.described``."""
