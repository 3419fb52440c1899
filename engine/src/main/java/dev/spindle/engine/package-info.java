package dev.spindle.engine;
