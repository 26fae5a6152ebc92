/** "Someone else changed this": what they saved beside what stands here, and the choice between both. */
import { Button } from "@mantine/core";

import { Note } from "../parts/Note";
import { When } from "../parts/When";
import { Action } from "../parts/Action";
import { type Editing, same } from "./useSettings";

interface Props<T> {
  editing: Editing<T>;
  /** A field's name and value in the words of the page. */
  describe: (field: keyof T & string, value: unknown) => { name: string; text: string };
}

export function ConflictNote<T extends object>({ editing, describe }: Props<T>) {
  const { conflict, value } = editing;
  if (!conflict || !value) return null;
  const fields = (Object.keys(conflict.theirs) as (keyof T & string)[]).filter((name) => !same(conflict.theirs[name], value[name]));
  return (
    <div role="alert">
      <Note tone="warn">
        <h3>Someone else changed this</h3>
        <p>
          {conflict.by ?? "Another administrator"} saved these settings <When at={conflict.at} />, while you were changing them.
        </p>
        <div className="list">
          <table>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col">Theirs</th>
                <th scope="col">Yours</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field}>
                  <td data-label="Setting">{describe(field, value[field]).name}</td>
                  <td data-label="Theirs">{describe(field, conflict.theirs[field]).text}</td>
                  <td data-label="Yours">{describe(field, value[field]).text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div className="bar">
          <Action onPress={editing.keepMine}>Save mine over theirs</Action>
          <Button variant="default" onClick={() => void editing.takeTheirs()}>
            Take theirs
          </Button>
        </div>
      </Note>
    </div>
  );
}
