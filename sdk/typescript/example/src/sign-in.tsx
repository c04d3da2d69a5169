import type { FormEvent } from "react";

/** Where the gateway is, and as whom to call it. */
export interface SignedIn {
  gateway: string;
  token: string;
}

/** Asks for a token of the local issuer. A real app would get one from its identity provider. */
export function SignIn({ onSignIn }: { onSignIn: (signedIn: SignedIn) => void }) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name)).trim();
    onSignIn({ gateway: text("gateway"), token: text("token") });
  }

  return (
    <form className="card sign-in" onSubmit={submit}>
      <h1>AlbertPlus</h1>
      <label>
        Gateway
        <input name="gateway" type="url" defaultValue="http://127.0.0.1:3210" required />
      </label>
      <label>
        Token
        <textarea name="token" rows={4} placeholder="what `albertplus token` prints" required />
      </label>
      <button>Sign in</button>
    </form>
  );
}
