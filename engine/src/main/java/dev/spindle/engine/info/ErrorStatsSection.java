package dev.spindle.engine.info;

/** Errors answered, by their code. */
final class ErrorStatsSection implements InfoSection {

    @Override
    public String title() {
        return "Errorstats";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        report.engine()
                .stats()
                .errorsByCode
                .forEach(
                        (code, count) ->
                                out.add("errorstat_")
                                        .begin(code)
                                        .add("count=")
                                        .add(count[0])
                                        .end());
    }
}
