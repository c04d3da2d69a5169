"""The live core: which queries run when, and who is told what. Pure: no socket, no clock, no awaits.

`core` is the door; `messages` what goes in and comes out. Behind it, from the services to the clients:
`services` and `log` keep the change logs contiguous; `registry`, `index`, `entry` and `verdict` know
the live queries, what hits them and which results to believe; `scheduler` and `lanes` say when they run;
`subscriptions`, `mutations`, `visibility` and `delivery` decide what a session is sent, and when.
"""
