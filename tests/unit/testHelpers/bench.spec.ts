/** The report of the benchmark. */
import { expect } from "chai";
import { formatTimings, median } from "../../../bench/report";

describe("the report of the benchmark", () => {
    it("has the median of an odd and of an even number of rounds", () => {
        expect(median([3, 1, 20])).to.equal(3);
        expect(median([4, 1, 2, 20])).to.equal(3);
    });

    it("compares the last way with each of the others, where both were timed", () => {
        const report = formatTimings(
            new Map([
                [
                    "first 200",
                    new Map([
                        ["by hand", [2, 4]],
                        ["component", [6, 9, 6]],
                    ]),
                ],
                ["preview", new Map([["component", [1]]])],
            ]),
            ["by hand", "component"],
        );
        const rows = report.split("\n").map((line) => line.split("│").map((cell) => cell.trim()));
        expect(rows.find(([, what]) => what === "first 200")!.slice(2, 5)).to.deep.equal([
            "3.0 (2.0-4.0)",
            "6.0 (6.0-9.0)",
            "2.00",
        ]);
        expect(rows.find(([, what]) => what === "preview")!.slice(2, 5)).to.deep.equal(["", "1.0 (1.0-1.0)", ""]);
    });
});
