"""``python -m importer``: the service until SIGTERM."""

from importer import app

if __name__ == "__main__":
    app.main()
