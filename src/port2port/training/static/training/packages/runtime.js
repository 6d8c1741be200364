// The run-time of a package, before its own page: `API` for SCORM 1.2, `API_1484_11` for SCORM 2004, of one part. A package finds
// it by walking up its frames. What it keeps goes at once to the page of the platform around this one, and to nobody else.
import { MODELS } from "./model.js";

const { site, standard, run, launch, passing, threshold, given } = document.body.dataset;
const content = document.querySelector("#content");
const recent = standard === "2004";
const { elements, children, lists, empty } = MODELS[standard];
const MOST = 2000, LONGEST = 200_000;
// 1.2: RTE 3.3.2; 2004: RTE 3.1.7.
const CODES = recent
  ? { argument: 201, again: 103, over: 104, before: { get: 122, set: 132, commit: 142, end: 112 }, after: { get: 123, set: 133, commit: 143, end: 113 },
      get: 301, set: 351, unknown: 401, unset: 403, readonly: 404, writeonly: 405, type: 406, range: 407, first: 408, keyword: 404, children: 301, count: 301, index: 301 }
  : { argument: 201, again: 101, over: 101, before: { get: 301, set: 301, commit: 301, end: 301 }, after: { get: 301, set: 301, commit: 301, end: 301 },
      get: 101, set: 101, unknown: 401, readonly: 403, writeonly: 404, type: 405, range: 405, keyword: 402, children: 202, count: 203, index: 201 };
const SAID = {
  0: "No error", 101: "General exception", 102: "General initialization failure", 103: "Already initialized", 104: "Content instance terminated",
  111: "General termination failure", 112: "Termination before initialization", 113: "Termination after termination", 122: "Retrieve data before initialization",
  123: "Retrieve data after termination", 132: "Store data before initialization", 133: "Store data after termination", 142: "Commit before initialization",
  143: "Commit after termination", 201: recent ? "General argument error" : "Invalid argument error", 202: "Element cannot have children",
  203: "Element not an array, cannot have count", 301: recent ? "General get failure" : "Not initialized", 351: "General set failure", 391: "General commit failure",
  401: recent ? "Undefined data model element" : "Not implemented error", 402: recent ? "Unimplemented data model element" : "Invalid set value, element is a keyword",
  403: recent ? "Data model element value not initialized" : "Element is read only", 404: recent ? "Data model element is read only" : "Element is write only",
  405: recent ? "Data model element is write only" : "Incorrect data type", 406: "Data model element type mismatch", 407: "Data model element value out of range",
  408: "Data model dependency not established",
};
const NAMES = recent
  ? { status: "cmi.completion_status", exit: "cmi.exit", session: "cmi.session_time", total: "cmi.total_time" }
  : { status: "cmi.core.lesson_status", exit: "cmi.core.exit", session: "cmi.core.session_time", total: "cmi.core.total_time" };

let kept = {}, fixed = {}, state = "before", error = 0;

const fail = (code, answer) => { error = code; return answer; };
const generic = (name) => name.replace(/\.\d+(?=\.|$)/g, ".n");
const whole = (name) => /^\w+(\.\w+)+$/.test(name) && !name.split(".").includes("n");
const count = (list) => Object.keys(kept).reduce((most, name) => {
  const place = name.startsWith(`${list}.`) ? Number.parseInt(name.slice(list.length + 1), 10) : -1;
  return Math.max(most, place + 1);
}, 0);

// The list within which a name has a number, and the number: of each, the outermost first.
function places(name) {
  const parts = name.split(".");
  return parts.flatMap((part, at) => (/^\d+$/.test(part) ? [{ list: parts.slice(0, at).join("."), place: Number(part), last: parts.slice(at + 1).join(".") }] : []));
}

function judged(name) {
  if (recent && name === "cmi.success_status" && passing) {
    const scaled = kept["cmi.score.scaled"];
    return scaled === undefined ? "unknown" : Number(scaled) >= Number(passing) ? "passed" : "failed";
  }
  const share = kept["cmi.progress_measure"];
  if (recent && name === "cmi.completion_status" && threshold && share !== undefined) return Number(share) >= Number(threshold) ? "completed" : "incomplete";
  return undefined;
}

function keyword(name) {
  const group = name.slice(0, name.lastIndexOf(".")), asked = generic(group);
  if (name.endsWith("._children")) {
    const found = empty[asked] ?? (children[asked] && [...children[asked]].join(","));
    return found ?? fail(elements[asked] ? CODES.children : CODES.unknown, "");
  }
  if (lists.has(asked)) return String(count(group));
  return empty[asked] ? "0" : fail(elements[asked] || children[asked] ? CODES.count : CODES.unknown, "");
}

function get(asked) {
  const name = String(asked);
  if (state !== "running") return fail(CODES[state === "before" ? "before" : "after"].get, "");
  error = 0;
  if (name === "") return fail(recent ? CODES.get : CODES.argument, "");
  if (/\._(children|count)$/.test(name)) return keyword(name);
  const element = whole(name) ? elements[generic(name)] : undefined;
  if (!element) return fail(CODES.unknown, "");
  if (places(name).some(({ list, place }) => place >= count(list))) return fail(CODES.index, "");
  if (element.access === "w") return fail(CODES.writeonly, "");
  const value = judged(name) ?? fixed[name] ?? kept[name] ?? element.first;
  if (value !== undefined) return value;
  return recent ? fail(CODES.unset, "") : "";
}

// Why a value may not stand there, as a code; 0 when it may.
function refused(name, value) {
  if (name === "") return recent ? CODES.set : CODES.argument;
  if (/\._(children|count)$/.test(name)) return children[generic(name.slice(0, name.lastIndexOf(".")))] ? CODES.keyword : CODES.unknown;
  const element = whole(name) ? elements[generic(name)] : undefined;
  if (!element) return CODES.unknown;
  if (element.access === "r") return CODES.readonly;
  for (const { list, place, last } of places(name)) {
    if (place > count(list)) return recent ? CODES.set : CODES.index;
    const named = elements[`${generic(list)}.n.id`];
    if (recent && named && last !== "id" && kept[`${list}.${place}.id`] === undefined) return CODES.first;
    if (recent && /^(correct_responses|learner_response)/.test(last) && kept[`${list}.${place}.type`] === undefined) return CODES.first;
    if (recent && last === "id" && generic(list) === "cmi.objectives") {
      const before = kept[name];
      if (before === undefined ? Object.entries(kept).some(([one, said]) => /^cmi\.objectives\.\d+\.id$/.test(one) && said === value) : before !== value) return CODES.set;
    }
  }
  if (!element.form.test(value)) return CODES.type;
  if (element.form.within && !element.form.within(value)) return CODES.range;
  const size = Object.values(kept).reduce((sum, one) => sum + one.length, value.length) - (kept[name]?.length ?? 0);
  return size > LONGEST || (kept[name] === undefined && Object.keys(kept).length >= MOST) ? CODES.set : 0;
}

function set(asked, given_value) {
  const name = String(asked), value = String(given_value);
  if (state !== "running") return fail(CODES[state === "before" ? "before" : "after"].set, "false");
  error = refused(name, value);
  if (error) return "false";
  if (name.startsWith("cmi.")) kept[name] = value;
  tell();
  return "true";
}

const tell = (ended = false) => parent.postMessage({ kind: ended ? "ended" : "kept", values: kept }, site);

function initialize(argument) {
  if (String(argument) !== "") return fail(CODES.argument, "false");
  if (state !== "before") return fail(state === "running" ? CODES.again : CODES.over, "false");
  [state, error] = ["running", 0];
  return "true";
}

function commit(argument) {
  if (String(argument) !== "") return fail(CODES.argument, "false");
  if (state !== "running") return fail(CODES[state === "before" ? "before" : "after"].commit, "false");
  error = 0;
  tell();
  return "true";
}

function terminate(argument) {
  if (String(argument) !== "") return fail(CODES.argument, "false");
  if (state !== "running") return fail(CODES[state === "before" ? "before" : "after"].end, "false");
  [state, error] = ["over", 0];
  close();
  tell(true);
  return "true";
}

// What the platform does at the end: sums the time, and says what the package did not (1.2: RTE 3.4.4; 2004: SN 4.5.4).
function close() {
  if (kept[NAMES.session]) kept[NAMES.total] = fixed[NAMES.total] = written(seconds(kept[NAMES.total]) + seconds(kept[NAMES.session]));
  delete kept[NAMES.session];
  if (kept[NAMES.status] === undefined && kept[NAMES.exit] !== "suspend") kept[NAMES.status] = "completed";
  const score = kept["cmi.core.score.raw"];
  if (!recent && passing && score && kept[NAMES.status] !== "incomplete") kept[NAMES.status] = Number(score) >= Number(passing) ? "passed" : "failed";
}

// Hundredths of a second, so that sums of tenths stay what they are.
function seconds(said = "") {
  if (!recent) return said.split(":").reduce((sum, part) => sum * 60 + Math.round(Number(part) * 100), 0) || 0;
  const [, years, months, days, hours, minutes, rest] = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(said || "PT0S").map((one) => Number(one ?? 0));
  return Math.round(((((years * 365 + months * 30 + days) * 24 + hours) * 60 + minutes) * 60 + rest) * 100);
}

function written(sum) {
  const hours = Math.floor(sum / 360_000), minutes = Math.floor(sum / 6000) % 60, rest = (sum % 6000) / 100;
  if (recent) return `PT${hours}H${minutes}M${rest}S`;
  return `${String(Math.min(hours, 9999)).padStart(4, "0")}:${String(minutes).padStart(2, "0")}:${rest.toFixed(2).padStart(5, "0")}`;
}

const last = () => String(error);
const said = (code) => SAID[String(code)] ?? "";
if (recent)
  window.API_1484_11 = { Initialize: initialize, Terminate: terminate, GetValue: get, SetValue: set, Commit: commit, GetLastError: last, GetErrorString: said, GetDiagnostic: said };
else
  window.API = { LMSInitialize: initialize, LMSFinish: terminate, LMSGetValue: get, LMSSetValue: set, LMSCommit: commit, LMSGetLastError: last, LMSGetErrorString: said, LMSGetDiagnostic: said };

function begin({ values, entry }) {
  kept = { ...values };
  delete kept[NAMES.exit];
  const total = kept[NAMES.total];
  fixed = recent
    ? { "cmi.learner_id": run, "cmi.learner_name": "", "cmi.entry": entry, ...(total && { [NAMES.total]: total }), ...(given && { "cmi.launch_data": given }),
        ...(passing && { "cmi.scaled_passing_score": passing }), ...(threshold && { "cmi.completion_threshold": threshold }) }
    : { "cmi.core.student_id": run, "cmi.core.student_name": "", "cmi.core.entry": entry, ...(total && { [NAMES.total]: total }), "cmi.launch_data": given,
        "cmi.student_data.mastery_score": passing };
  content.src = launch;
}

function stop() {
  content.addEventListener("load", () => parent.postMessage({ kind: "stopped", values: kept }, site), { once: true });
  content.src = "about:blank";
}

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== site || source !== parent) return;
  if (data?.kind === "begin" && !content.src) begin(data);
  else if (data?.kind === "stop") stop();
});
parent.postMessage({ kind: "ready" }, site);
