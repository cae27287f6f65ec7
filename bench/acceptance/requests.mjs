import { claim, equal, ok } from "./tap.mjs";

const JSON_TYPE = { "content-type": "application/json" };

/** What is no request of the contract is refused, with its code, and the daemon goes on. */
export async function badRequests(daemon) {
  const refused = (what, status, code, method, path, options) =>
    claim(`refuses ${what} with ${status} ${code}`, async () => {
      const answer = await daemon.raw(method, path, options);
      equal(answer.status, status, "status");
      const failure = JSON.parse(answer.text);
      equal(failure.code, code, "code");
      ok(typeof failure.message === "string" && failure.message.length > 5, "no sentence for the person");
      ok(/^[0-9a-f]+$/.test(failure.requestId ?? ""), "no request id");
    });
  const post = (path, body, headers = JSON_TYPE) => ["POST", path, { headers, body }];
  await refused("a verb that does not exist", 404, "not_found", ...post("/v1/jail.explode", "{}"));
  await refused("a verb of every object", 404, "not_found", ...post("/v1/constructor", "{}"));
  await refused("another path", 404, "not_found", ...post("/", "{}"));
  await refused("a path with dots", 404, "not_found", ...post("/v1/../v1/jail.list", "{}"));
  await refused("GET", 404, "not_found", "GET", "/v1/jail.list");
  await refused("text that is no JSON", 400, "invalid", ...post("/v1/jail.list", "{"));
  await refused("bytes that are no UTF-8", 400, "invalid", ...post("/v1/jail.list", Buffer.from([0x22, 0xff, 0x22])));
  await refused(
    "a form instead of JSON",
    400,
    "invalid",
    ...post("/v1/jail.list", "a=b", { "content-type": "text/plain" }),
  );
  await refused("a field too many", 400, "invalid", ...post("/v1/jail.list", '{"path":"/etc"}'));
  await refused("a field of another type", 400, "invalid", ...post("/v1/jail.start", '{"name":["mail"]}'));
  await refused("a name with a wildcard", 400, "invalid", ...post("/v1/jail.stop", '{"name":"*"}'));
  await refused("a name that is a path", 400, "invalid", ...post("/v1/jail.destroy", '{"name":"../etc"}'));
  await refused(
    "an actor that is none",
    400,
    "invalid",
    ...post("/v1/jail.list", "{}", { ...JSON_TYPE, "knast-actor": "a b" }),
  );
  await refused("a body of 70,000 bytes", 413, "too_large", ...post("/v1/jail.list", `"${"x".repeat(70_000)}"`));
  await refused("a job that is not there", 404, "not_found", ...post("/v1/job.get", `{"job":"${"0".repeat(32)}"}`));
  await refused(
    "to follow a job that is not there",
    404,
    "not_found",
    ...post("/v1/job.follow", `{"job":"${"0".repeat(32)}"}`),
  );
}

/** Every error that a jail's plan and creation can have, each at its field. */
export async function badPlans(daemon, spec, info) {
  const wrong = (what, more, field, code) =>
    claim(`a plan with ${what} has ${code} at ${field}`, async () => {
      const plan = await daemon.call("jail.plan", { ...spec, ...more });
      const found = plan.problems.map((problem) => `${problem.field} ${problem.code}`);
      ok(found.includes(`${field} ${code}`), `found ${JSON.stringify(plan.problems)}`);
      await daemon.refused(code, "jail.create", { ...spec, ...more });
    });
  const schema = (what, more, field) =>
    claim(`a plan with ${what} is refused at ${field}`, async () => {
      const error = await daemon.refused("invalid", "jail.plan", { ...spec, ...more });
      ok(
        error.problems.some((problem) => problem.field === field),
        `found ${JSON.stringify(error.problems)}`,
      );
    });
  await schema("no host name", { hostname: "" }, "hostname");
  await schema("a host name with a blank", { hostname: "a b" }, "hostname");
  await schema("a host name that would end a string", { hostname: "x'; exec.poststart='touch /pwned" }, "hostname");
  await schema("a reserved name", { name: "basejail" }, "name");
  await schema("a name with dots", { name: "a.b" }, "name");
  await schema("an address that is none", { ip4: ["10.0.0.256"] }, "ip4.0");
  await schema("an address with a second parameter", { ip4: ["10.0.0.1; allow.mount"] }, "ip4.0");
  await schema(
    "a key that brings an option along",
    { sshKeys: ['command="sh" ssh-ed25519 AAAAAAAAAAAAAAAAAAAAAA'] },
    "sshKeys.0",
  );
  await wrong("an interface that is not there", { interface: "nosuch0" }, "interface", "interface_missing");
  await wrong("an address of no pool", { ip4: ["192.0.2.77"] }, "ip4.0", "address_outside_pools");
  await wrong("no address", { ip4: [] }, "ip4", "invalid");
  await wrong("the same address twice", { ip4: [spec.ip4[0], spec.ip4[0]] }, "ip4.1", "invalid");
  const own = info.interfaces
    .flatMap((one) => one.addresses)
    .map((text) => text.split(/[/ ]/)[0])
    .find((text) => /^\d+\./.test(text) && text !== "127.0.0.1");
  if (own) await wrong("the host's own address", { ip4: [own] }, "ip4.0", "address_taken");
  const block = info.pools.map((pool) => pool.block).find((text) => /^\d+\..*\/(?:[0-9]|[12][0-9]|30)$/.test(text));
  const pool = info.pools.find((one) => one.block === block && one.interface === spec.interface);
  if (pool) await wrong("its pool's network address", { ip4: [pool.block.split("/")[0]] }, "ip4.0", "invalid");
}
