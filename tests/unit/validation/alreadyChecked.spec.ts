/** The marks of arguments that another component has checked: invisible to the checks and to Pulumi, and kept by a spread. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CertificateAuthority } from "../../..";
import { keepingKey } from "../../../components/certificates/certificateAuthority";
import { alreadyChecked, checkArguments } from "../../../components/validation/arguments";
import { nonEmptyString, object, required } from "../../../components/validation/checks";
import { record, valueOf } from "../recording";

const check = object<{ name: string }>({ name: required(nonEmptyString) });
const validate = (args: object) => check(args, "");

describe("arguments that another component has checked", () => {
    it("are not checked again, even after a spread", () => {
        expect(() => checkArguments("Owner", { name: "" }, validate)).to.throw('name: "" must be a non-empty string');
        expect(() => checkArguments("Owner", alreadyChecked({ name: "" }), validate)).not.to.throw();
        expect(() => checkArguments("Owner", { ...alreadyChecked({ name: "a" }), name: "" }, validate)).not.to.throw();
    });

    it("are marked by symbols, which neither the checks nor Outputs read", async () => {
        const marked = keepingKey(alreadyChecked({ name: "a" }));
        expect(Object.getOwnPropertySymbols(marked)).to.have.length(2);
        expect(check(marked, "")).to.deep.equal([]);
        expect(Reflect.ownKeys(await valueOf(pulumi.output(marked)))).to.deep.equal(["name"]);
    });

    it("do not hide arguments that are no object", () => {
        for (const args of [undefined, null, "text"]) {
            expect(() => checkArguments("Owner", args as unknown as { name: string }, validate)).to.throw(
                "must be an object",
            );
        }
    });

    it("reach the engine without the marks", async () => {
        const inputs = async (args: object) => {
            const { resources } = await record(() => new CertificateAuthority("ca", args));
            return resources.map(({ inputs: registered }) => registered);
        };
        const args = { validityPeriodHours: 24 };
        expect(await inputs(keepingKey(alreadyChecked(args)))).to.deep.equal(await inputs(args));
    });
});
