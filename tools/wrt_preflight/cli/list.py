"""`wrt-micro list`: the programs on a device."""

from __future__ import annotations

import click

from ..deploy import Connection, Filesystem, MainFile, Romfs, ask, find_port
from . import options
from .console import note, print_json
from .tables import output, table


@click.command("list")
@options.port
@options.json
def command(port: str | None, as_json: bool) -> None:
    """List the programs that wrt-micro put on the device at a serial port."""
    with Connection(find_port(port)) as connection:
        device = ask(connection)
        programs = Filesystem(connection, device).programs()
        incomplete = False
        if device.romfs:
            romfs = Romfs(connection, device)
            programs += romfs.programs()
            incomplete = romfs.incomplete
        starts = MainFile(connection, device).starts
    if as_json:
        print_json(
            {
                "device": {
                    "machine": device.machine,
                    "micropython": ".".join(map(str, device.micropython.version)),
                    "arch": device.micropython.arch,
                    "id": device.id,
                    "heap_free": device.heap_free,
                },
                "programs": [
                    {
                        "name": program.name,
                        "version": program.version,
                        "where": program.where,
                        "image_bytes": program.image_size,
                        "bytes": program.size,
                        "engine": program.info["engine"],
                        "wrt": program.info["wrt"],
                        "main": program.name == starts,
                    }
                    for program in programs
                ],
            }
        )
        return
    click.echo(str(device))
    if incomplete:
        note("the ROMFS was not written completely: deploy again, which brings everything back")
    if not programs:
        click.echo("no programs")
        return
    rows = [
        (
            program.name,
            program.version,
            program.where,
            program.image_size,
            program.size,
            program.info["engine"],
            "yes" if program.name == starts else "",
        )
        for program in programs
    ]
    heads = ("name", "version", "in", "image>", "with runtime>", "engine", "at boot")
    output().print(table("programs", heads, rows))
