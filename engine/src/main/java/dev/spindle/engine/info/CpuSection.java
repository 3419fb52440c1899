package dev.spindle.engine.info;

import dev.spindle.perf.os.CpuTimes;

/** Processor time. The main thread is the core. */
final class CpuSection implements InfoSection {

    @Override
    public String title() {
        return "CPU";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        CpuTimes process = report.process().processTimes();
        CpuTimes core = report.process().coreTimes();
        seconds(out, "used_cpu_sys", process.systemMicros());
        seconds(out, "used_cpu_user", process.userMicros());
        seconds(out, "used_cpu_sys_children", process.childrenSystemMicros());
        seconds(out, "used_cpu_user_children", process.childrenUserMicros());
        seconds(out, "used_cpu_sys_main_thread", core.systemMicros());
        seconds(out, "used_cpu_user_main_thread", core.userMicros());
    }

    private static void seconds(InfoText out, String name, long micros) {
        out.field(name, micros / 1e6, 6);
    }
}
