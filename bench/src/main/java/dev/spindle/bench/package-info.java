package dev.spindle.bench;
