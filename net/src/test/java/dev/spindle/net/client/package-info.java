/**
 * Spindle and a real redis-server as the two most used Java clients see them. Every test runs against both servers ({@code EachServer}) with
 * the same expectations, so that a wrong expectation fails as well as a wrong server. The suites over
 * collections ({@code BothServers}) have no expectations of their own: they compare what the same calls brought from the one
 * server and the other. What a client hides, such as the bytes of a reply, is compared elsewhere.
 */
package dev.spindle.net.client;
