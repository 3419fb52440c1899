/**
 * Epochs, preserved pages and the frozen view: consistency of what a reader beside the core thread sees, and no file format.
 *
 * <h2>How a snapshot is taken</h2>
 *
 * <pre>
 *   core thread      begin ---- commands go on; before the first store to a page its image is kept ---- end
 *                      |  view                                                                           ^
 *   reader             +------ walks tables, reads values: live page, or its image where there is one ---+
 * </pre>
 *
 * <ol>
 *   <li>{@link dev.spindle.engine.snapshot.Snapshots#begin} arms the write barrier and notes the frontier of the arena. That is the epoch: no
 *       command is half done, since the core thread runs it between commands.
 *   <li>Everything that makes up the data lies in the arena, except a dozen numbers per database and the directory of its key
 *       table's segments. The numbers are copied; the directory is shared until the table would overwrite a place of it. So beginning costs
 *       microseconds, with a thousand keys and with a thousand million, and ending too.
 *   <li>From then on the core, before its first store to a page below that frontier, copies the page to a slot and sets the
 *       page's tag ({@link dev.spindle.engine.memory.PageImages} holds the protocol and why it is right). A page above the frontier was
 *       empty at the epoch: nobody asks for it.
 *   <li>The reader reads through a second {@link dev.spindle.engine.memory.Memory} over the same addresses. Each load is a
 *       load of the live page, and of the page's tag; and one of the image where the tag says so. Handles, addresses and all code that reads values stay
 *       the same, so there is no second implementation of any encoding, and values of any size are as of one moment.
 * </ol>
 *
 * <h2>Rules for who reads a view</h2>
 *
 * <ul>
 *   <li>One thread, which makes its types, cursors and flyweights itself over {@link dev.spindle.engine.snapshot.DataView#arena}; they
 *       keep state.
 *   <li>Bytes come out of the arena by the methods of Memory only, {@code copyOut} for more than a number. An address handed to
 *       anything else (a digest, a socket, a comparison) shows what stands there now. A rule of the tidy tests keeps direct loads
 *       out of keyspace, encoding and type, save for looking up keys and working on strings, which only the core does.
 *   <li>Tables are walked ({@link dev.spindle.engine.keyspace.TableWalk}), not searched: a search compares keys where they lie.
 *   <li>What is changed throws; sizes of allocations and marks of expiry are of now and are refused or empty.
 * </ul>
 *
 * <h2>What it costs</h2>
 *
 * The core pays one predictable test per load and store always, a look at a bit per store while a snapshot runs, and a copy of
 * 256 bytes per page changed, once. Memory: the pages changed while it runs, at most as much as was in use; 4 bytes and two bits for each page of
 * the arena that stay from then on. A budget ({@code snapshot-memory-budget}) is watched and told of, not enforced: to hold up the
 * core would be a pause, and to give the snapshot up would lose the file, and neither is what was asked for.
 *
 * <p>Defragmentation and giving back free pages rest while a snapshot runs: the one would have every page preserved, the other
 * would take the page away without a store.
 *
 * <h2>What was not done</h2>
 *
 * A reader in the order of addresses could let go of pages that it has passed, and the core would preserve fewer. But a value is
 * spread over pages, so the reader would have to write entries without their values or keep all of both; and files are written
 * database by database, each with its number of keys first. Measured with a million keys, a core that writes at full speed to random keys
 * changes nearly every page within the first second anyway, long before a reader could have passed most.
 */
package dev.spindle.engine.snapshot;
