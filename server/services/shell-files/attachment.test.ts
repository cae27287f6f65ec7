import { expect, test } from "vitest";
import { attachment, cleanFileName } from "./attachment.ts";

test.each([
  ["plain.txt", `attachment; filename="plain.txt"; filename*=UTF-8''plain.txt`],
  ["Bär's.txt", `attachment; filename="B_r_s.txt"; filename*=UTF-8''B%C3%A4r%27s.txt`],
  ['a"; filename="b.exe', `attachment; filename="a__ filename=_b.exe"; filename*=UTF-8''a_%3B%20filename%3D_b.exe`],
  ["x\r\nSet-Cookie: a=b", `attachment; filename="x__Set-Cookie_ a=b"; filename*=UTF-8''x__Set-Cookie_%20a%3Db`],
])("%j becomes a header that says one name", (name, expected) => {
  const made = attachment(name);
  expect(made).toBe(expected);
  expect(() => new Headers({ "content-disposition": made })).not.toThrow();
});

test("a name neither hides, nor leads elsewhere, nor turns around", () => {
  expect(cleanFileName(".bashrc")).toBe("_bashrc");
  expect(cleanFileName("../../x")).toBe("__.._x");
  expect(cleanFileName("a\\b\\c")).toBe("a_b_c");
  expect(cleanFileName("invoice\u202efdp.exe")).toBe("invoice_fdp.exe");
  expect(cleanFileName("x. . ")).toBe("x");
  expect(cleanFileName("...")).toBe("_");
  expect(cleanFileName(" ")).toBe("file");
});
