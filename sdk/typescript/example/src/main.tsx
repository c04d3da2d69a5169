import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { Session } from "./session";
import { SignIn, type SignedIn } from "./sign-in";
import "./style.css";

function App() {
  const [signedIn, setSignedIn] = useState<SignedIn>();
  return signedIn === undefined ? (
    <SignIn onSignIn={setSignedIn} />
  ) : (
    <Session {...signedIn} onSignOut={() => setSignedIn(undefined)} />
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
