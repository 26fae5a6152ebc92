"""``python -m sync_crm``: the service until SIGTERM."""

from sync_crm import app

if __name__ == "__main__":
    app.main()
