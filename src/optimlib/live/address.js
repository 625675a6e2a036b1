// Addresses of a figure's states, as address.py has them: #momentum_on_beale?lr=0.002&rho=0.9.

function parseAddress(hash) {
  const match = hash.match(/^#?(\w+)\?(.*)$/s);
  if (!match) return undefined;
  const settings = {};
  for (const part of match[2].split("&")) {
    const [control, ...wanted] = decoded(part).replaceAll("\u00a0", " ").split("=");
    if (control && wanted.length) settings[control] = wanted.join("=").split("..").map((end) => end.trim());
  }
  return { name: match[1], settings };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign stands for itself
  }
}

// Where an address leads: {from, to, complaint}. What is not known goes to its start, and is complained of.
function readAddress(settings, controls) {
  const complaints = Object.keys(settings).filter((name) => !controls.some((control) => control.name === name));
  const ends = controls.map((control) => {
    const wanted = settings[control.name];
    if (!wanted) return [control.start, control.start];
    return [wanted[0], wanted.at(-1)].map((want) => {
      const number = settingOf(want, control);
      const fault = `${control.name} = ${want}`;
      if (number < 0 && !complaints.includes(fault)) complaints.push(fault);
      return number < 0 ? control.start : number;
    });
  });
  const complaint = complaints.length
    ? `The address asks for ${complaints.join(", ")}, which this figure does not have; it starts there as ever. `
    : "";
  return { from: ends.map(([first]) => first), to: ends.map(([, last]) => last), complaint };
}

function settingOf(wanted, { texts, values }) {
  const bare = (text) => powersOfTen(text.replace(/[\s\u202f]/g, "").replaceAll("−", "-"));
  const shown = texts.findIndex((text) => bare(text) === bare(wanted));
  if (shown >= 0 || !values) return shown;
  const value = Number(wanted.replaceAll("−", "-"));
  return values.findIndex((known) => Math.abs(known - value) <= 1e-9 * Math.max(1, Math.abs(value)));
}

// 2.2e-11 as a text shows it, 2.2×10⁻¹¹: what printed.py does.
function powersOfTen(text) {
  return text.replace(/^(-?)(\d+(?:\.\d+)?)e([+-]?\d+)$/, (_, sign, digits, exponent) => {
    const power = `10${[...String(Number(exponent))].map((digit) => SUPERSCRIPT[digit]).join("")}`;
    return sign + (Number(digits) === 1 ? power : `${digits}×${power}`);
  });
}

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// The address of the state with these settings; what stands at its start is left out.
function writeAddress(name, settings, controls) {
  const parts = controls
    .map((control, i) => ({ ...control, setting: settings[i] }))
    .filter(({ setting, start }) => setting !== start)
    .map(({ name, texts, values, setting }) => `${name}=${encodeURIComponent(values?.[setting] ?? texts[setting])}`);
  return `#${name}?${parts.join("&")}`;
}
