"""`poolhouse serve`."""

from typing import Any

import click

from poolhouse.cli.options import config_option, settings_from, settings_options


@click.command()
@config_option("serve")
@settings_options(
    "serve",
    "host",
    "port",
    "public_url",
    "data",
    "database_url",
    "region",
    "account_id",
    "workers",
    "quotas",
    "metrics_host",
    "metrics_port",
    "log_level",
    "log_format",
)
@settings_options("serve", "fixed_code", "no_demo", "sigv4", "ready_file", hidden=True)
def serve(config: str | None, **options: Any) -> None:
    """Run Poolhouse in production, until a signal ends it.

    It does not start without a master key (POOLHOUSE_MASTER_KEY or master_key_file), an access key
    (`poolhouse keys create`) and a public URL, nor with anything that is for development only. The
    other settings are in the environment or in poolhouse.toml: see docs/settings.md.

    \b
    Example:
      export POOLHOUSE_MASTER_KEY="$(cat /run/secrets/poolhouse-master-key)"
      export POOLHOUSE_DATABASE_URL=postgresql://poolhouse@db.example.com/poolhouse
      poolhouse keys create --name ops
      poolhouse serve --public-url https://id.example.com --workers 4
    """
    settings = settings_from("serve", config, options)
    from poolhouse import processes
    from poolhouse.web import logs

    processes.run_serve(
        settings,
        started=lambda ready: logs.event(
            "serving",
            host=ready.host,
            port=ready.port,
            workers=ready.workers,
            public_url=ready.public_url,
            metrics=f"{ready.metrics_host}:{ready.metrics_port}",
            undelivered=[
                medium
                for medium, driver in (("email", ready.email_driver), ("sms", ready.sms_driver))
                if driver == "none"
            ],
        ),
    )
