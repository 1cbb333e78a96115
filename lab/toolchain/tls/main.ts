/** The plugin's entry point. */
// @peculiar/x509 requires this import before its own.
import "reflect-metadata";
import { serveProvider } from "../plugin/provider";
import { TlsStandIn } from "./provider";

void serveProvider((log) => new TlsStandIn(log));
