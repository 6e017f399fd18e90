"""`wrt-micro undeploy`: removes a program from a device."""

from __future__ import annotations

import click

from ..deploy import Connection, Filesystem, MainFile, Romfs, ask, find_port
from ..errors import UsageError
from . import options


@click.command("undeploy")
@click.argument("name", metavar="NAME")
@options.port
def command(name: str, port: str | None) -> None:
    """Remove the program NAME, and what only it needs, from the device at a serial port.

    A main.py that wrt-micro wrote to start it is removed too.
    """
    with Connection(find_port(port)) as connection:
        device = ask(connection)
        places = [Filesystem(connection, device)]
        if device.romfs:
            places.append(Romfs(connection, device))
        known = [(place, p.name) for place in places for p in place.programs()]
        found = [place for place, there in known if there == name]
        if not found:
            names = ", ".join(sorted({there for _, there in known}))
            raise UsageError(
                f"there is no program {name!r}",
                file=connection.port,
                hint=f"there are: {names}" if names else "there is none at all",
            )
        MainFile(connection, device).remove(name)
        for place in found:
            place.uninstall(name)
    click.echo(f"{name}: removed")
