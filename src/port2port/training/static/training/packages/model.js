// What a package may read and write, by element: SCORM 1.2 (RTE 1.2, 3.4) and SCORM 2004 4th ed. (RTE, 4.2).
// Each: access (r, w, rw), how its value looks, and what it is before anybody has set it. `n` stands for a number.
const text = (most) => ({ test: (said) => said.length <= most });
const words = (...known) => ({ test: (said) => known.includes(said) });
const range = (least, most, blank) => ({
  test: (said) => (blank && said === "") || /^-?\d{1,10}(\.\d{1,10})?$/.test(said),
  within: (said) => said === "" || (Number(said) >= least && Number(said) <= most),
});
const any = range(-1e10, 1e10, false);
const clock = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/;
const span = /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/;
const duration = /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/;
const moment = /^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,2})?(Z|[+-]\d\d(:\d\d)?)?)?)?)?)?)?$/;
const identifier = /^[^\s]{1,4000}$/;
const old_identifier = /^[\w.:-]{1,255}$/;
const language = /^([a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*)?$/;
const r = (first) => ({ access: "r", first });
const rw = (form, first) => ({ access: "rw", form, first });
const w = (form) => ({ access: "w", form });
const scores = { raw: range(0, 100, true), min: range(0, 100, true), max: range(0, 100, true) };
const entries = (prefix, forms, make) => Object.fromEntries(Object.entries(forms).map(([name, form]) => [`${prefix}.${name}`, make(form)]));

const STATUS = ["passed", "completed", "failed", "incomplete", "browsed"];
const old = {
  "cmi._version": r("3.4"),
  "cmi.core.student_id": r(), "cmi.core.student_name": r(), "cmi.core.credit": r("credit"), "cmi.core.entry": r(),
  "cmi.core.total_time": r("0000:00:00"), "cmi.core.lesson_mode": r("normal"),
  "cmi.core.lesson_location": rw(text(255), ""), "cmi.core.lesson_status": rw(words(...STATUS), "not attempted"),
  "cmi.core.exit": w(words("time-out", "suspend", "logout", "")), "cmi.core.session_time": w(span),
  ...entries("cmi.core.score", scores, (form) => rw(form, "")),
  "cmi.suspend_data": rw(text(4096), ""), "cmi.launch_data": r(), "cmi.comments": rw(text(4096), ""), "cmi.comments_from_lms": r(),
  "cmi.student_data.mastery_score": r(), "cmi.student_data.max_time_allowed": r(), "cmi.student_data.time_limit_action": r(),
  "cmi.student_preference.audio": rw(range(-1, 100), "0"), "cmi.student_preference.language": rw(text(255), ""),
  "cmi.student_preference.speed": rw(range(-100, 100), "0"), "cmi.student_preference.text": rw(range(-1, 1), "0"),
  "cmi.objectives.n.id": rw(old_identifier, ""), "cmi.objectives.n.status": rw(words(...STATUS, "not attempted"), "not attempted"),
  ...entries("cmi.objectives.n.score", scores, (form) => rw(form, "")),
  "cmi.interactions.n.id": w(old_identifier), "cmi.interactions.n.objectives.n.id": w(old_identifier), "cmi.interactions.n.time": w(clock),
  "cmi.interactions.n.type": w(words("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")),
  "cmi.interactions.n.correct_responses.n.pattern": w(text(255)), "cmi.interactions.n.weighting": w(any),
  "cmi.interactions.n.student_response": w(text(255)), "cmi.interactions.n.latency": w(span),
  "cmi.interactions.n.result": w({ test: (said) => ["correct", "wrong", "unanticipated", "neutral"].includes(said) || any.test(said) }),
};

const SUCCESS = words("passed", "failed", "unknown"), COMPLETION = words("completed", "incomplete", "not attempted", "unknown");
const measured = { scaled: range(-1, 1), raw: any, min: any, max: any };
const comment = { comment: rw(text(4096)), location: rw(text(250)), timestamp: rw(moment) };
const recent = {
  "cmi._version": r("1.0"), "cmi.learner_id": r(), "cmi.learner_name": r(), "cmi.credit": r("credit"), "cmi.entry": r(), "cmi.mode": r("normal"),
  "cmi.launch_data": r(), "cmi.completion_threshold": r(), "cmi.scaled_passing_score": r(), "cmi.max_time_allowed": r(),
  "cmi.time_limit_action": r("continue,no message"), "cmi.total_time": r("PT0S"),
  "cmi.completion_status": rw(COMPLETION, "unknown"), "cmi.success_status": rw(SUCCESS, "unknown"), "cmi.progress_measure": rw(range(0, 1)),
  "cmi.exit": w(words("time-out", "suspend", "logout", "normal", "")), "cmi.session_time": w(duration),
  "cmi.location": rw(text(1000)), "cmi.suspend_data": rw(text(64_000)),
  ...entries("cmi.score", measured, (form) => rw(form)),
  "cmi.learner_preference.audio_level": rw(range(0, 1e10), "1"), "cmi.learner_preference.language": rw(language, ""),
  "cmi.learner_preference.delivery_speed": rw(range(0, 1e10), "1"), "cmi.learner_preference.audio_captioning": rw(words("-1", "0", "1"), "0"),
  ...entries("cmi.comments_from_learner.n", comment, (one) => one),
  "cmi.objectives.n.id": rw(identifier), "cmi.objectives.n.success_status": rw(SUCCESS, "unknown"),
  "cmi.objectives.n.completion_status": rw(COMPLETION, "unknown"), "cmi.objectives.n.progress_measure": rw(range(0, 1)),
  "cmi.objectives.n.description": rw(text(250)), ...entries("cmi.objectives.n.score", measured, (form) => rw(form)),
  "cmi.interactions.n.id": rw(identifier), "cmi.interactions.n.objectives.n.id": rw(identifier), "cmi.interactions.n.timestamp": rw(moment),
  "cmi.interactions.n.type": rw(words("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other")),
  "cmi.interactions.n.correct_responses.n.pattern": rw(text(4096)), "cmi.interactions.n.weighting": rw(any),
  "cmi.interactions.n.learner_response": rw(text(4096)), "cmi.interactions.n.latency": rw(duration), "cmi.interactions.n.description": rw(text(250)),
  "cmi.interactions.n.result": rw({ test: (said) => ["correct", "incorrect", "unanticipated", "neutral"].includes(said) || any.test(said) }),
  "adl.nav.request": rw({ test: (said) => /^(\{target=[^}]{1,4000}\}(choice|jump)|continue|previous|exit|exitAll|abandon|abandonAll|suspendAll|_none_)$/.test(said) }, "_none_"),
  "adl.nav.request_valid.continue": r("false"), "adl.nav.request_valid.previous": r("false"),
};

// The names below a group, as `_children` lists them, and the groups that are lists, which have a `_count`.
function shaped(elements) {
  const children = {}, lists = new Set();
  for (const name of Object.keys(elements)) {
    const parts = name.split(".");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const group = parts.slice(0, depth).join(".");
      if (parts[depth] === "n") lists.add(group);
      else if (!parts[depth].startsWith("_")) (children[group] ??= new Set()).add(parts[depth]);
    }
  }
  for (const list of lists) children[list] = children[`${list}.n`];
  return { elements, children, lists };
}

// Comments of the platform: there are none, and a package may ask how many.
const empty = { "cmi.comments_from_lms": "comment,location,timestamp" };
export const MODELS = { "1.2": { ...shaped(old), empty: {} }, 2004: { ...shaped(recent), empty } };
