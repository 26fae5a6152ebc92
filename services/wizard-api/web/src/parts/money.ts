/** Amounts in Halo's own currency, which Halo does not name; days without a time. */
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export function amount(value: number | null | undefined): string {
  if (value == null) return "–";
  return (Number.isInteger(value) ? WHOLE : CENTS).format(value);
}

export function day(iso: string | null | undefined): string {
  return iso ? DAY.format(new Date(iso)) : "–";
}

/** ``2027-03-31`` for a field, in the reader's zone; empty where there is none. */
export function dayField(iso: string | null | undefined): string {
  if (!iso) return "";
  const at = new Date(iso);
  return [String(at.getFullYear()).padStart(4, "0"), String(at.getMonth() + 1).padStart(2, "0"), String(at.getDate()).padStart(2, "0")].join("-");
}

/** Noon of a day where the reader is: the same day for readers of almost every other zone. */
export function dayIso(field: string): string | null {
  const at = new Date(`${field}T12:00:00`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
