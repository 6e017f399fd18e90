# python host.py sensor.wrt: a board that is simulated, with a sensor that gets warmer. On a board
# leave the port out: wasi={"i2c": {"sensor": {"id": 0, "scl": 5, "sda": 4}}}.

import sys

import wrt_micro
from wrt_micro.ports.simulated import Port, Thermometer
from wrt_micro.wasi import run

board = Port()
board.devices[0, 0x48] = Thermometer([21.5, 21.75, -3.25])
grants = {"port": board, "i2c": {"sensor": {"id": 0, "scl": 5, "sda": 4}}}
print("exit status:", run(wrt_micro.load(sys.argv[1], wasi=grants)))
print(board.record[:2])
board.devices.clear()
print("exit status:", run(wrt_micro.load(sys.argv[1], wasi=grants)))
print("exit status:", run(wrt_micro.load(sys.argv[1], wasi={"port": board})))
