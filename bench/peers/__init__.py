"""The peers, in the order of the tables."""

from __future__ import annotations

from bench.peers.base import Peer
from bench.peers.c import C
from bench.peers.python import Python, Viper
from bench.peers.pywasm import Pywasm
from bench.peers.wasm3 import Wasm3
from bench.peers.wasmtime import Wasmtime
from bench.peers.wrt_micro import Interp, Native, Portable

PEERS: list[Peer] = [
    Native(),
    Interp(),
    Portable(),
    Wasm3(),
    Wasmtime(),
    C(),
    Pywasm(),
    Viper(),
    Python(),
]
