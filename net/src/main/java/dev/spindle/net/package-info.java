package dev.spindle.net;
