/** The plugin's entry point. */
import { serveProvider } from "../plugin/provider";
import { KubernetesStandIn } from "./plugin";

void serveProvider((log) => new KubernetesStandIn(log));
