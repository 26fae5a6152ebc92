/** Step 1: Halo URL, Client ID, Client Secret; a test that says what is missing. */
import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";

import { api, value } from "../api/client";
import { asProblem, type ProblemError } from "../api/problem";
import { useSignal } from "../api/signal";
import type { Connection } from "../api/types";
import { useResource } from "../api/useResource";
import { Action } from "../parts/Action";
import { Bones } from "../parts/Bones";
import { ProblemNote } from "../parts/ProblemNote";
import { moment } from "../parts/When";
import { ConnectionState } from "./ConnectionState";
import { type Fields, fieldsOf, forgetTyped, isChanged, type, typed, whyNotNext, whyNotTest } from "./connectDraft";
import { DiagnosisView } from "./DiagnosisView";
import { OtherInstance } from "./OtherInstance";
import type { StepProps } from "./step";
import { StepFooter } from "./StepFooter";
import { testConnection } from "./testConnection";

const CONNECTION = "/api/v1/integrations/halo/connection";

export function ConnectStep({ whyNot, goOn, onBack, reload }: StepProps) {
  const connection = useResource("connection", () => value(api.GET(CONNECTION)));
  const draft = useSignal(typed);
  const [refused, setRefused] = useState<ProblemError>();
  const saved = connection.value;
  if (!saved) {
    return connection.problem ? <ProblemNote problem={connection.problem.document} /> : <Bones lines={6} label="Loading the connection" />;
  }
  const fields = fieldsOf(draft, saved);
  const changed = isChanged(draft, saved);

  async function test(replace = false) {
    setRefused(undefined);
    try {
      if (changed || !saved?.url) connection.set(await save(fields));
      await testConnection(replace);
    } catch (error) {
      setRefused(asProblem(error));
    }
    await Promise.all([connection.reload(), reload()]);
  }
  return (
    <section className="card" aria-labelledby="connect">
      <div className="spread">
        <h2 id="connect">Connect</h2>
        <ConnectionState connection={saved} changed={changed} />
      </div>
      <p className="quiet">Enter your Halo PSA API credentials. In Halo: Configuration &gt; Integrations &gt; API &gt; View Applications.</p>
      <ConnectFields fields={fields} saved={saved} disabled={!!whyNot} refused={refused} />
      <Action onPress={() => test()} whyNot={whyNot ?? whyNotTest(fields, saved)} variant="default">
        Test Connection
      </Action>
      {refused && refused.code !== "other-instance" && <ProblemNote problem={refused.document} />}
      {refused?.code === "other-instance" && <OtherInstance problem={refused} onReplace={() => test(true)} />}
      {saved.diagnosis && !changed && <DiagnosisView diagnosis={saved.diagnosis} />}
      <StepFooter onBack={onBack} onNext={() => goOn("sync")} whyNot={whyNotNext(draft, saved)} />
    </section>
  );
}

async function save(fields: Fields): Promise<Connection> {
  const { url, client_id, client_secret } = fields;
  const body = { url: url.trim(), client_id: client_id.trim(), ...(client_secret ? { client_secret } : {}) };
  const now = await value(api.PUT(CONNECTION, { body }));
  forgetTyped();
  return now;
}

interface FieldProps {
  fields: Fields;
  saved: Connection;
  disabled: boolean;
  refused: ProblemError | undefined;
}

function ConnectFields({ fields, saved, disabled, refused }: FieldProps) {
  const set = saved.secret_set;
  return (
    <fieldset disabled={disabled} style={{ maxWidth: "34rem" }}>
      <TextInput
        label="Halo URL"
        description="Your Halo PSA instance, e.g. https://yourhalo.halopsa.com"
        value={fields.url}
        onChange={(event) => type({ url: event.currentTarget.value })}
        error={refused?.field("url")}
        type="url"
        autoComplete="off"
        spellCheck={false}
        mb="md"
      />
      <TextInput
        label="Client ID"
        value={fields.client_id}
        onChange={(event) => type({ client_id: event.currentTarget.value })}
        error={refused?.field("client_id")}
        autoComplete="off"
        spellCheck={false}
        mb="md"
      />
      <PasswordInput
        label="Client Secret"
        description={set ? `Set on ${moment(set.at)} by ${set.by}. It can't be shown again; leave it empty to keep it.` : "Stored sealed; it can't be shown again."}
        value={fields.client_secret}
        onChange={(event) => type({ client_secret: event.currentTarget.value })}
        error={refused?.field("client_secret")}
        autoComplete="new-password"
        mb="md"
      />
    </fieldset>
  );
}
