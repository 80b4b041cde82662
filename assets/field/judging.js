// What is found about a record on this phone: the rules, over what the phone knows. No page.

import * as known from "./known.js";
import { judge } from "./rules.js";

/* All findings; those about a household registered with the record stand at its own fields. */
export function findings(pack, records, record) {
  const around = known.around(pack, records, record);
  const found = judge(record.door, record.fields, around);
  if (!("new_name" in record.fields)) return found;
  const own = judge("client", newHousehold(record), around).map((each) => ({ ...each, field: `new_${each.field}` }));
  return [...own, ...found];
}

/* The fields under which the new household of a record is registered. */
export function newHousehold({ village, fields }) {
  return {
    village, client_id: fields.client, kind: "household", name: fields.new_name, number: fields.new_number, compared: "",
    consent_on: fields.new_consent_on, members: "", phone: "", address: "",
  };
}
