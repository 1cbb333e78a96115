/**
 * What the package relies on in the kubernetes and tls plugins, row by row, over the real engine and a real API server.
 * It runs against the real plugins as well as against the lab's stand-ins (LAB_PLUGINS=real or standin): a stand-in is
 * fit to test with as far as the two cannot be told apart here.
 */
import { describeCertificates } from "./behaviour/certificates";
import { describeFirstChange } from "./behaviour/firstChange";
import { describeInterruptedReplacement } from "./behaviour/interruptedReplacement";
import { describeInterruption } from "./behaviour/interruption";
import { describeObjects } from "./behaviour/objects";
import { describePatches } from "./behaviour/patches";
import { describeReading } from "./behaviour/reading";
import { describeSecrets } from "./behaviour/secrets";
import { describeWaitFor } from "./behaviour/waitFor";
import { describeWaiting } from "./behaviour/waiting";
import { describeMesh } from "./describeMesh";

describeMesh("provider behaviour", (cluster) => {
    describeObjects(cluster);
    describeFirstChange(cluster);
    describePatches(cluster);
    describeSecrets(cluster);
    describeWaiting(cluster);
    describeWaitFor(cluster);
    describeReading(cluster);
    describeInterruption(cluster);
    describeInterruptedReplacement(cluster);
    describeCertificates(cluster);
});
