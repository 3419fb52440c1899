package dev.spindle.engine.info;

/** Loaded modules: there are none. */
final class ModulesSection implements InfoSection {

    @Override
    public String title() {
        return "Modules";
    }

    @Override
    public String alias() {
        return "module_list";
    }

    @Override
    public void write(InfoText out, InfoReport report) {}
}
