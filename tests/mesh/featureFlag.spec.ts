/** The feature flag of istiod: co-owned by several stacks, on any revision, managed elsewhere, or set by another user. */
import { outsideClient, startClient, stopClient } from "../../lab/demo/clients";
import { describeMesh } from "./describeMesh";
import { describeExternalFlag } from "./featureFlag/externalFlag";
import { describeOwnership } from "./featureFlag/ownership";
import { describeRevisions } from "./featureFlag/revisions";

describeMesh("the feature flag of istiod", (cluster) => {
    before("a client outside the mesh runs", async function () {
        this.timeout("3m");
        await startClient(cluster(), outsideClient);
    });

    after(async function () {
        this.timeout("3m");
        await stopClient(cluster(), outsideClient);
    });

    describeOwnership(cluster);
    describeRevisions(cluster);
    describeExternalFlag(cluster);
});
