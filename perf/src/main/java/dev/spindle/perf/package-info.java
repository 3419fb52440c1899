package dev.spindle.perf;
