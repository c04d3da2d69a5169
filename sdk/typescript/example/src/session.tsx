import {
  Authenticated,
  AuthLoading,
  ConvexProviderWithAuth,
  ConvexReactClient,
  Unauthenticated,
  useConvexConnectionState,
} from "convex/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Schedule } from "./schedule";
import { Search } from "./search";
import type { SignedIn } from "./sign-in";

/** One connection to the gateway, for as long as somebody is signed in. */
export function Session({ gateway, token, onSignOut }: SignedIn & { onSignOut: () => void }) {
  const client = useClient(gateway);
  const useAuth = useMemo(() => tokenAuth(token), [token]);
  if (client === undefined) return null;
  return (
    <ConvexProviderWithAuth client={client} useAuth={useAuth}>
      <header>
        <h1>AlbertPlus</h1>
        <Connection />
        <button onClick={onSignOut}>Sign out</button>
      </header>
      <AuthLoading>
        <p className="hint">Signing in…</p>
      </AuthLoading>
      <Unauthenticated>
        <p role="alert">The gateway does not accept this token. It may have expired.</p>
      </Unauthenticated>
      <Authenticated>
        <main>
          <Schedule />
          <Search />
        </main>
      </Authenticated>
    </ConvexProviderWithAuth>
  );
}

/** Whether what is shown is live. The client reconnects by itself and sends again what had no answer. */
function Connection() {
  const { isWebSocketConnected } = useConvexConnectionState();
  return (
    <p role="status" className={isWebSocketConnected ? "live" : "offline"}>
      {isWebSocketConnected ? "live" : "reconnecting…"}
    </p>
  );
}

function useClient(gateway: string): ConvexReactClient | undefined {
  const [client, setClient] = useState<ConvexReactClient>();
  useEffect(() => {
    const opened = new ConvexReactClient(gateway);
    setClient(opened);
    return () => void opened.close();
  }, [gateway]);
  return client;
}

/** The token fetcher that the client asks for a token, again whenever one has expired. */
function tokenAuth(token: string) {
  return function useAuth() {
    const fetchAccessToken = useCallback(async () => token, []);
    return { isLoading: false, isAuthenticated: true, fetchAccessToken };
  };
}
