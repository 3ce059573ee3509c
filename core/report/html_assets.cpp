#include "core/report/html_assets.h"

namespace raddle {

const std::string_view kHtmlStyle = R"css(
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --text: #1b1f24; --soft: #5b6570; --line: #d9dee4;
  --code: #f3f5f7; --hit: #fff2b3; --error: #b3261e; --warning: #8a5a00; --note: #1f5fa8; --accent: #1f5fa8;
  --key: #7a2fa0; --string: #196c2e; --comment: #66707a; }
:root[data-theme="dark"] { color-scheme: dark; --bg: #14171b; --card: #1d2126; --text: #e3e7eb; --soft: #9aa5b0;
  --line: #333a42; --code: #171a1e; --hit: #4a4215; --error: #ff8a80; --warning: #f2bd5a; --note: #86b7f3;
  --accent: #86b7f3; --key: #cfa0ee; --string: #8fd3a0; --comment: #8b959f; }
:root[data-theme="light"] { color-scheme: light; }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { --bg: #14171b; --card: #1d2126;
  --text: #e3e7eb; --soft: #9aa5b0; --line: #333a42; --code: #171a1e; --hit: #4a4215; --error: #ff8a80;
  --warning: #f2bd5a; --note: #86b7f3; --accent: #86b7f3; --key: #cfa0ee; --string: #8fd3a0; --comment: #8b959f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 1500px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 20px; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 0; font-weight: 600; }
h3 { font-size: 14px; margin: 0 0 6px; } .soft { color: var(--soft); }
form { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; position: sticky; top: 0; z-index: 1;
  background: var(--bg); padding: 12px 0; border-bottom: 1px solid var(--line); margin-top: 12px; }
select, input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 6px; padding: 4px 8px; }
input[type="search"] { flex: 1 1 220px; } button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
details.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--note);
  border-radius: 8px; margin: 12px 0; content-visibility: auto; contain-intrinsic-size: auto 90px; }
details.error { border-left-color: var(--error); } details.warning { border-left-color: var(--warning); }
details.settled { opacity: .75; }
summary { cursor: pointer; padding: 10px 14px; list-style-position: outside; margin-left: 18px; }
summary .place { color: var(--soft); font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; }
.badge { display: inline-block; font-size: 12px; border: 1px solid var(--line); border-radius: 10px; padding: 0 8px;
  margin-right: 6px; color: var(--soft); } .badge.error { color: var(--error); } .badge.warning { color: var(--warning); }
.badge.note { color: var(--note); }
.body { padding: 0 14px 14px; }
.threads { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 14px; }
.thread { border: 1px solid var(--line); border-radius: 8px; padding: 10px; min-width: 0; }
.step { margin: 8px 0 0; } .step > div { font-size: 13px; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 6px; margin: 4px 0 0; padding: 6px 0; overflow-x: auto;
  font: 12.5px/1.45 ui-monospace, monospace; }
pre { tab-size: 4; }
pre span.l { display: block; padding: 0 10px; white-space: pre; min-width: max-content; }
pre span.hit { background: var(--hit); } pre i { color: var(--soft); font-style: normal; user-select: none; }
code { font-family: ui-monospace, monospace; background: var(--code); border-radius: 4px; padding: 0 3px; }
.k { color: var(--key); } .s { color: var(--string); } .c { color: var(--comment); }
ul { margin: 6px 0 0; padding-left: 20px; } .body > h3 { margin-top: 14px; }
[hidden] { display: none !important; } footer { padding-bottom: 40px; }
@media print { form { display: none; } details.finding { break-inside: avoid; } }
)css";

const std::string_view kHtmlScript = R"js(
(function () {
  'use strict';
  const by = id => document.getElementById(id);
  const all = Array.from(document.querySelectorAll('details.finding'));
  const controls = ['rule', 'evidence', 'state'].map(by);
  function show() {
    const words = by('text').value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of all) {
      const fits = controls.every(c => !c || !c.value || one.dataset[c.id] === c.value) &&
        words.every(w => one.dataset.text.includes(w));
      one.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    by('shown').textContent = shown + ' of ' + all.length + ' shown';
    by('none').hidden = shown > 0 || all.length === 0;
  }
  for (const c of controls) if (c) c.addEventListener('change', show);
  by('text').addEventListener('input', show);
  by('filters').addEventListener('submit', e => e.preventDefault());
  by('open').addEventListener('click', () => {
    const visible = all.filter(one => !one.hidden);
    const open = visible.some(one => !one.open);
    for (const one of visible) one.open = open;
  });
  by('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  function follow() {
    const one = location.hash && document.getElementById(location.hash.slice(1));
    if (one && one.tagName === 'DETAILS') { one.hidden = false; one.open = true; one.scrollIntoView(); }
  }
  addEventListener('hashchange', follow);
  show();
  follow();
})();
)js";

}  // namespace raddle
