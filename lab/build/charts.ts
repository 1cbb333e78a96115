/** Istio's own Helm charts, which lie in its Go module beside the code: for releases that examples and tests install. */
import { join } from "node:path";
import { mustRun } from "../command";
import { istioVersion } from "../pins";
import type { Build } from "./cache";
import { goModuleFolder } from "./go";

/** Where each is in the module, by its name. */
export const istioCharts = {
    base: "manifests/charts/base",
    istiod: "manifests/charts/istio-control/istio-discovery",
};

/** Makes a folder for each chart. */
export function chartsBuild(): Build {
    return {
        name: "charts",
        title: "Istio's Helm charts",
        inputs: [istioVersion, JSON.stringify(istioCharts)],
        expectedSeconds: 1,
        make: async (folder) => {
            const module = await goModuleFolder("mesh", "istio.io/istio");
            for (const [name, path] of Object.entries(istioCharts)) {
                // what is in Go's cache cannot be written to, nor removed
                await mustRun("cp", ["-r", "--no-preserve=mode", join(module, path), join(folder, name)]);
            }
        },
    };
}
