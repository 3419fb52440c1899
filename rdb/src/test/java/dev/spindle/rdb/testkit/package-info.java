/** What tests of files share: engines to fill, files written of them, real servers that load these. */
package dev.spindle.rdb.testkit;
