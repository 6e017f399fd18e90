// Readings as JSON, one object a line: Zig with its standard library's JSON, on top of WASI 0.1.

const std = @import("std");
const wasi = std.os.wasi;

const Reading = struct {
    sensor: []const u8,
    celsius: ?f32,
    pins: []const u16,
    calibrated: bool,
};

const readings = [_]Reading{
    .{ .sensor = "kiln \"north\"", .celsius = 21.5, .pins = &.{ 4, 5 }, .calibrated = true },
    .{ .sensor = "cellar", .celsius = -3.25, .pins = &.{}, .calibrated = false },
    .{ .sensor = "Zoë's", .celsius = null, .pins = &.{26}, .calibrated = true },
};

pub export fn _start() void {
    var memory: [1024]u8 = undefined;
    var out = std.Io.Writer.fixed(&memory);
    for (readings) |reading| {
        std.json.Stringify.value(reading, .{}, &out) catch wasi.proc_exit(1);
        out.writeByte('\n') catch wasi.proc_exit(1);
    }
    var size: usize = 0;
    const text = out.buffered();
    const vectors = [_]wasi.ciovec_t{.{ .base = text.ptr, .len = text.len }};
    if (wasi.fd_write(1, &vectors, 1, &size) != .SUCCESS) wasi.proc_exit(1);
}
