/**
 * What COMMAND DOCS says about commands: texts that lie beside this package as resources, one per group, and their
 * reader. Nothing here is loaded before somebody asks. May not be used by anything that runs per request.
 */
package dev.spindle.engine.command.docs;
