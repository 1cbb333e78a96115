/** The plugin's entry point. */
// The X.509 library wants this before it is loaded itself.
import "reflect-metadata";
import { serveProvider } from "../plugin/provider";
import { TlsStandIn } from "./provider";

void serveProvider((log) => new TlsStandIn(log));
