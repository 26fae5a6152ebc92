"""``python -m sync_ticket``: the service until SIGTERM."""

from sync_ticket import app

if __name__ == "__main__":
    app.main()
