// Stands in for the command `micropython`: MicroPython's WebAssembly port, which has 32-bit words
// and no native code. It sees copies of the files it is given, and what it writes is copied back.
//
//     node webassembly_port.mjs PACKAGE [-X heapsize=BYTES] (-c CODE | SCRIPT [ARGUMENT...])
//
// PACKAGE: folder of the npm package. MICROPYPATH: folders to import from, as elsewhere.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, ...rest] = process.argv.slice(2);
let heapsize = 64 << 20;
if (rest[0] === "-X") {
    heapsize = Number(rest[1].replace("heapsize=", ""));
    rest.splice(0, 2);
}
const { loadMicroPython } = await import(pathToFileURL(path.join(packageFolder, "micropython.mjs")));
const output = [];
const micropython = await loadMicroPython({
    heapsize,
    linebuffer: false,
    stdout: (bytes) => output.push(Buffer.from(bytes)),
});
const copies = new Map();

function copyIn(name) {
    const stat = fs.statSync(name, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
        micropython.FS.mkdirTree(name);
        for (const entry of fs.readdirSync(name)) copyIn(path.join(name, entry));
    } else {
        const data = fs.readFileSync(name);
        micropython.FS.mkdirTree(path.dirname(name));
        micropython.FS.writeFile(name, data);
        copies.set(name, data);
    }
}

function copyOut() {
    for (const [name, before] of copies) {
        const after = Buffer.from(micropython.FS.readFile(name));
        if (!after.equals(before)) fs.writeFileSync(name, after);
    }
}

const inline = rest[0] === "-c";
const script = inline ? "-c" : path.resolve(rest[0]);
const code = inline ? rest[1] : fs.readFileSync(script, "utf8");
const argv = [script, ...rest.slice(inline ? 2 : 1)];
const imports = (process.env.MICROPYPATH ?? "").split(":").filter((x) => x && x !== ".frozen");
if (!inline) imports.unshift(path.dirname(script));
for (const name of [...imports, ...argv.slice(1)]) copyIn(path.resolve(name));

let status = 0;
try {
    micropython.runPython(`import sys\nsys.path[:] = ${JSON.stringify(imports)}\nsys.argv[:] = ${JSON.stringify(argv)}`);
    micropython.runPython(code);
} catch (error) {
    const exit = /SystemExit: ?(\d*)\s*$/.exec(error.message);
    status = exit ? Number(exit[1]) : 1;
    if (!exit) process.stderr.write(`${error.message}\n`);
}
copyOut();
fs.writeSync(1, Buffer.concat(output));
process.exitCode = status;
