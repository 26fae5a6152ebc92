from connector.app import main

main()
