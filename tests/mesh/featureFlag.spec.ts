/** The flag on istiod: owned by several stacks together, on any revision, left to others, or set by another user. */
import { outsideClient, startClient, stopClient } from "../../lab/demo/clients";
import { describeMesh } from "./describeMesh";
import { describeOthersFlag } from "./featureFlag/othersFlag";
import { describeOwnership } from "./featureFlag/ownership";
import { describeRevisions } from "./featureFlag/revisions";

describeMesh("the feature flag of istiod", (cluster) => {
    before("a client outside the mesh", async function () {
        this.timeout("3m");
        await startClient(cluster(), outsideClient);
    });

    after(async function () {
        this.timeout("3m");
        await stopClient(cluster(), outsideClient);
    });

    describeOwnership(cluster);
    describeRevisions(cluster);
    describeOthersFlag(cluster);
});
