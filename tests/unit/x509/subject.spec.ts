/** Distinguished names. */
import { expect } from "chai";
import { formatProblemWithPath } from "../../../components/validation/problem";
import { validateDefaultCommonName } from "../../../components/x509/subject";

describe("the common name that defaults to the component's name", () => {
    it("is rejected in one sentence if it is longer than 64 characters", () => {
        const name = "c".repeat(65);
        expect(validateDefaultCommonName(name, undefined).map(formatProblemWithPath)).to.deep.equal([
            `subject.commonName: "${name}" must be a string of 1 to 64 characters. It defaults to the name of the component: set a shorter one`,
        ]);
    });

    it("is not checked if it is short enough, or if another one is set", () => {
        expect(validateDefaultCommonName("c".repeat(64), {})).to.deep.equal([]);
        expect(validateDefaultCommonName("c".repeat(65), { commonName: "shop" })).to.deep.equal([]);
    });
});
